# ruff: noqa: E501  (data: lists of names are easiest to read as words)
"""Common forenames and surnames by origin, in Latin letters, from general knowledge; the commoner come first.

An underscore is a blank. `Origins.order` says how the whole name is said: `west` forename first, `east` surname first.
"""

from dataclasses import dataclass

from models.training.values.shapes import words


@dataclass(frozen=True)
class Listed:
    """Names of one origin, written out here."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    weight: float = 1.0
    order: str = "west"


def _of(first: str, last: str, weight: float = 1.0, order: str = "west") -> Listed:
    return Listed(words(first), words(last), weight, order)


LISTED: dict[str, Listed] = {
    "somali": _of(
        "Mohamed Abdi Ahmed Ali Hassan Abdullahi Hussein Omar Ibrahim Abdirahman Yusuf Ismail Mahad Liban Warsame Guled Abdiaziz Abdikadir Nur Farhan Bashir Fatima Halima Amina Khadija Asha Hodan Ifrah Sahra Maryan Hibo Faduma Deqa Ubah Nasra Fowsiya Ayaan Idil Sagal Fartun Ruqiya",
        "Mohamed Ali Abdi Hassan Ahmed Omar Hussein Warsame Farah Osman Elmi Abdullahi Yusuf Nur Jama Aden Isse Adan Duale Guled Hersi Shire Samatar Dirie Egal Roble Mohamud Barre Gedi Hirsi Dahir Ismail",
    ),
    "ethiopian": _of(
        "Abebe Tigist Dawit Haile Selam Bereket Hanna Yonas Meron Tesfaye Almaz Solomon Girma Hiwot Kidist Mulugeta Eyob Rahel Yared Bethlehem Tewodros Mekdes Kebede Genet Natnael Saba Biniam Feven Robel Semhar Amanuel Senait Zerihun Mahlet Ermias Liya Tsion Fikru Addisu Lemlem",
        "Tesfaye Bekele Girma Alemu Haile Kebede Tadesse Abebe Gebre Mekonnen Assefa Worku Desta Tekle Getachew Wolde Negash Ayele Gebremariam Mulugeta Berhane Demissie Fikre Hagos Ghebreselassie Tsegaye Lemma Zewdie Yohannes Weldegebriel Kidane Teklemariam Belay Shiferaw Gizaw",
    ),
    "yoruba": _of(
        "Oluwaseun Adebayo Temitope Folake Tunde Ayodele Funmilayo Babatunde Olumide Yetunde Kehinde Taiwo Adeola Bukola Segun Damilola Ayomide Tobi Omolara Ibukun Femi Sade Bolanle Abiola Wale Titilayo Rotimi Modupe Kunle Oluwatobi Ife Simisola Gbenga Morenike Dapo Tolu Seyi Lanre Ronke",
        "Adeyemi Ogunleye Balogun Adebayo Adeleke Ogunbanjo Akinola Olawale Oladipo Afolabi Ayodele Adesanya Fashola Ojo Alabi Bankole Akande Salami Ogundipe Oyewole Adeniyi Soyinka Akintola Oyelaran Abiodun Falana Adegoke Olaniyan Odunsi Ige Oni Ajayi Bello",
    ),
    "igbo": _of(
        "Chinedu Ngozi Emeka Chioma Ikenna Adaeze Obinna Chiamaka Uchenna Nneka Kelechi Ifeoma Chukwuemeka Amaka Nnamdi Ebele Okechukwu Chidi Ifeanyi Oluchi Kenechukwu Nkechi Chibuzo Ugochi Chidinma Onyeka Obiageli Ebuka Somto Ijeoma Azubuike Nkiru Tochukwu Adanna",
        "Okafor Okonkwo Eze Nwosu Okoye Nwachukwu Obi Uche Okeke Nnamdi Chukwu Onyekachi Igwe Anyanwu Nwankwo Ezeh Iwu Azikiwe Achebe Onwudiwe Udeh Mbah Orji Ibekwe Ugwu Okoro Umeh Agu Nwafor Ekwueme Chukwuma Onuoha",
    ),
    "hausa": _of(
        "Abdullahi Musa Sani Ibrahim Aminu Usman Aisha Hauwa Zainab Yakubu Bello Garba Suleiman Maryam Hadiza Umar Fatima Salihu Binta Rakiya Nasiru Kabiru Danladi Halima Asabe Lawal Shehu Murtala Jamila Talatu",
        "Abubakar Mohammed Yahaya Garba Bello Musa Ibrahim Sani Danjuma Tanko Usman Dantata Dangote Yakubu Shehu Aliyu Lawal Maikano Gambo Idris Wada Jibril Buhari Yar'Adua Kwankwaso Ringim",
    ),
    "ghanaian": _of(
        "Kwame Ama Kofi Akosua Yaw Abena Kwabena Efua Kojo Adwoa Kwasi Akua Kweku Esi Nana Afia Yaa Kobina Araba Nii Naa Selorm Edem Mawuli Dela Enyonam Fiifi Maame Papa_Kwesi Adjoa Ekow Baaba",
        "Mensah Owusu Boateng Asante Osei Appiah Agyeman Amoah Antwi Acheampong Ofori Addo Sarpong Asare Adjei Frimpong Opoku Kyei Annan Quaye Darko Yeboah Nkrumah Tetteh Lartey Amankwah Quartey Ankrah Agbeko Ansah Baah Essien Gyamfi",
    ),
    "kenyan": _of(
        "Wanjiru Kamau Otieno Achieng Njeri Mutua Wambui Kipchoge Odhiambo Akinyi Nyambura Kiprotich Mwende Juma Chebet Njoroge Wairimu Omondi Atieno Kibet Jepkosgei Mumbi Kariuki Adhiambo Musyoka Wafula Naliaka Barasa Muthoni Cherono",
        "Mwangi Kariuki Kimani Odhiambo Otieno Kamau Njoroge Ochieng Omondi Mutua Kipkemboi Wanjala Kiplagat Njuguna Maina Ndungu Onyango Gitau Waweru Musyoka Kibaki Rotich Cheruiyot Wekesa Nyong'o Mugo Karanja Okoth Ouma Muriuki Kosgei",
    ),
    "south_african": _of(
        "Thabo Sipho Nomvula Zanele Lerato Thandiwe Bongani Mpho Nokuthula Lwazi Ayanda Siyabonga Precious Kagiso Refilwe Tshepo Palesa Sizwe Andile Nosipho Katlego Dineo Lindiwe Themba Zodwa Busisiwe Musa Tumelo Boitumelo Vusi Nandi Johan Pieter Annelize Hendrik Riaan Marelize Francois Elsabe Danie",
        "Dlamini Nkosi Ndlovu Khumalo Zulu Mokoena Mthembu Sithole Molefe Mahlangu Naidoo Botha Van_der_Merwe Pretorius Nel Du_Plessis Van_Wyk Coetzee Venter Mbeki Zungu Ngcobo Mkhize Cele Maseko Radebe Tshabalala Motaung Phiri Modise Steyn Joubert Kruger Van_Niekerk Swanepoel Le_Roux Mabaso Xaba Qwabe",
    ),
    "zimbabwean": _of(
        "Tendai Tatenda Rutendo Tafadzwa Farai Chipo Tinashe Rudo Nyasha Kudzai Tapiwa Ruvimbo Simbarashe Vimbai Tariro Munashe Anesu Blessing Takudzwa Makanaka Shingai Thokozani Sibusisiwe Lindani Chikondi Mwai Thandeka Mutale Chanda Bwalya",
        "Moyo Ncube Ndlovu Sibanda Dube Chikwanha Mutasa Chigumba Mapfumo Nyathi Marufu Chiwenga Mugabe Makoni Zvobgo Chirwa Banda Phiri Mwale Zulu Tembo Mwansa Sakala Mulenga Chanda Kapwepwe Gumbo Hove Shumba",
    ),
    "west_african_french": _of(
        "Mamadou Aminata Fatoumata Ousmane Moussa Aissatou Ibrahima Mariama Cheikh Awa Boubacar Kadiatou Abdoulaye Oumar Seydou Ndeye Bintou Souleymane Adama Salimata Sekou Fanta Modou Khady Lamine Coumba Idrissa Djeneba Yao Affoue Kouassi Koffi Ahou Bakary Rokhaya Pape El_Hadji",
        "Diallo Traore Keita Coulibaly Diop Ndiaye Fall Toure Sow Ba Bah Barry Camara Cisse Konate Diarra Sylla Kone Sanogo Ouattara Kouassi Yao Gueye Mbaye Faye Sarr Seck Sy Ly Thiam Niang Sane Dembele Sidibe Fofana Doumbia Bamba Sawadogo Ouedraogo Compaore Zongo",
    ),
    "central_african": _of(
        "Jean-Claude Patrice Espérance Grâce Trésor Bénédicte Junior Mireille Christelle Dieudonné Fiston Divine Merveille Exaucé Chantal Aimé Innocent Immaculée Claudine Jean-Bosco Uwimana Mugisha Keza Ishimwe Habiba Achille Nadège Hervé Solange Serge Brou",
        "Mbala Kabila Tshisekedi Ilunga Mutombo Kalala Ngoy Mukendi Lumumba Kasongo Mwamba Nkurunziza Habimana Uwimana Niyonzima Ndayishimiye Mugabo Bizimana Mbarga Ngono Etoo Nguema Mba Ondo Fotso Kamga Tchoupo Onana Mbappe Biya Essomba Dos_Santos Neto",
    ),
    "ugandan_tanzanian": _of(
        "Mukasa Nakato Wasswa Babirye Okello Apio Akello Ssempala Nalubega Kato Namukasa Opio Atim Mwajuma Juma Rehema Neema Baraka Zawadi Salma Hamisi Asha Subira Amani Upendo Furaha Imani Godfrey Ritah Prossy Derrick",
        "Mukasa Ssebunya Nsubuga Okello Museveni Kato Mugisha Byaruhanga Tumusiime Kiwanuka Lubega Namutebi Mushi Massawe Kimaro Mwakyusa Mrema Shayo Lyimo Ngowi Swai Mollel Kikwete Nyerere Juma Mfinanga Komba Temba Opio Ochen",
    ),
    "egyptian": _of(
        "Ahmed Mohamed Mahmoud Mostafa Omar Youssef Karim Amr Tarek Hossam Sherif Hany Khaled Ibrahim Marwan Ramy Islam Fatma Nour Mariam Yasmine Dina Heba Aya Salma Mona Hanan Rania Nesma Shaimaa Menna Marina Mina Kirollos George Peter Abanoub Mirette",
        "Hassan Ibrahim El-Sayed Mahmoud Abdelrahman El-Masry Fathy Shawky Soliman Gamal Farouk Mansour Nasr Abdel-Fattah Morsi Salem Zaki Hegazy Girgis Tawadros Boutros Iskander El-Shazly Abou_Zeid Helmy Sobhy Badawy Kamel Ramadan Shenouda",
    ),
    "levantine": _of(
        "Omar Ahmad Rami Fadi Ziad Elias Georges Karim Bilal Hadi Samer Tarek Nabil Wael Jad Charbel Layla Nour Rana Maya Hala Lina Dalia Rima Zeina Joumana Yara Ghada Hanin Sawsan Abeer Rawan Tala Bassel Anas Yazan Mahmoud Ayman",
        "Haddad Khoury Nasser Saleh Hamdan Abboud Saliba Mansour Darwish Kassab Najjar Sabbagh Issa Awad Barakat Masri Shaheen Ayoub Hijazi Fakhoury Tannous Gemayel Sayegh Qasem Abu_Ghazaleh Al-Khatib Zoghbi Hariri Zeidan Jaber Odeh Khalil Al-Jabari Abu_Salem Sarraf",
    ),
    "gulf_arab": _of(
        "Mohammed Abdullah Khalid Faisal Sultan Saud Abdulaziz Fahad Nasser Turki Hamad Rashid Majid Saeed Salem Ali Noura Maha Reem Hessa Latifa Shamma Mariam Moza Aljawhara Sara Amal Lulwa Haya Abdulrahman Bandar Mishaal Yousef Waleed Zayed Ghanim",
        "Al-Otaibi Al-Ghamdi Al-Harbi Al-Qahtani Al-Shehri Al-Mansoori Al-Maktoum Al-Sabah Al-Thani Al-Rashid Al-Dosari Al-Mutairi Al_Zahrani Al_Nuaimi Al_Hashimi Al_Suwaidi Alshamsi Almazrouei Al-Balushi Al-Farsi Al-Busaidi Alkhalifa Bin_Laden Al-Hajri Al-Kuwari Al-Enezi Alanazi",
    ),
    "iraqi_yemeni_sudanese": _of(
        "Ali Hussein Mustafa Haider Ahmed Abbas Zahra Sajjad Karrar Murtada Fatima Zainab Ruqayya Muqtada Qasim Osama Saleh Abdulmalik Yahya Arwa Balqis Hanan Mutasim Elfatih Tayeb Amna Ikhlas Hiba Mogtaba Siddig Abubakr Salwa",
        "Al-Tikriti Al-Maliki Al-Jubouri Al-Bayati Al-Obaidi Hussein Jassim Kadhim Abbas Hadi Saleh Al-Houthi Al-Ahmar Al-Saqqaf Bashir Elamin Eltayeb Osman Abdelgadir Babiker Idris Mahdi Elhassan Turabi Al-Sudani Al-Zaidi Al-Dulaimi Mahdi",
    ),
    "maghrebi": _of(
        "Mohamed Youssef Amine Mehdi Rachid Karim Yassine Hamza Bilal Sofiane Nabil Khalid Abdelkader Hicham Walid Fatima Khadija Naima Samira Amina Leila Nadia Yasmine Imane Salma Houda Ghizlane Zineb Meryem Sihem Lamia Hakim Djamel Mourad Farid Ines Othmane Anouar Brahim",
        "Benali Bouazizi Cherif Ziani Hakimi Alaoui El_Amrani Bennani Tazi Benjelloun Idrissi Boudiaf Belkacem Haddad Mansouri Saidi Bouzid Trabelsi Gharbi Ben_Youssef Ben_Ammar Jaziri Zidane Benzema Mahrez Brahimi Slimani Ouali Ait_Ahmed El_Idrissi Chraibi Lahlou Berrada El_Fassi Bensaid",
    ),
    "persian": _of(
        "Reza Ali Mohammad Amir Hossein Mehdi Arash Kaveh Dariush Babak Farhad Behrouz Siamak Parsa Arman Navid Shahram Kamran Maryam Fatemeh Zahra Sara Parisa Shirin Niloofar Golnaz Nasrin Mahsa Leila Azadeh Roya Mina Elham Setareh Negar Yasaman Pegah Bita Shohreh Taraneh Kian Roxana Soroush",
        "Ahmadi Mohammadi Hosseini Rezaei Karimi Tehrani Rahimi Moradi Jafari Najafi Ebrahimi Shirazi Kazemi Ghasemi Sadeghi Hashemi Akbari Zadeh Farahani Esfahani Tabrizi Khosravi Pahlavi Azizi Bagheri Nazari Shahbazi Ghorbani Soltani Mousavi Amini Rostami Javadi Hosseinzadeh Norouzi Vaziri",
    ),
    "afghan": _of(
        "Ahmad Mohammad Abdul Zabihullah Hamid Farid Najib Rahmatullah Wali Esmatullah Khalil Nasir Omid Fawad Zarmina Fereshta Shabnam Laila Palwasha Malalai Spozhmai Nargis Freshta Gul Sediqa Zohra Ajmal Baryalai Habibullah Mirwais",
        "Ahmadzai Karzai Noori Rahimi Popal Wardak Yusufzai Stanekzai Hakimi Sharifi Nazari Amiri Mohammadi Hotak Safi Durrani Barakzai Zadran Ghani Qaderi Azizi Haidari Faizi Sultani Mangal Niazi",
    ),
    "kurdish": _of(
        "Azad Rojin Serhat Berivan Diyar Zelal Baran Jîn Rêzan Hêvî Shilan Karwan Aram Hiwa Shno Rebwar Awaz Sherzad Dilan Newroz Ciwan Zozan Rojda Agit Sirwan Kawa Nalin Helin Mizgin Soran",
        "Barzani Talabani Demirtaş Aydın Kaya Hawrami Zebari Amedi Kurdi Rashid Mahmud Qadir Sindi Doski Bozan Şahin Karim Hamid Ahmed Salih Jaff Baban Zana Othman Sharif",
    ),
    "hebrew": _of(
        "Noa Yael Avi Moshe Shlomo Tamar Itai Eitan Rivka Chaim Dovid David Yosef Sarah Rachel Ori Noam Shira Maya Omer Yonatan Daniel Michal Adi Lior Gal Tal Yuval Amit Roni Hila Inbar Nadav Gilad Ehud Tzipi Menachem Mendel Chaya Malka Yitzchak Dvora Ofer Liat Asaf Keren Shai Eyal Yaakov",
        "Cohen Levy Levi Mizrahi Peretz Biton Friedman Goldberg Katz Azoulay Dahan Avraham Ben-David Shapiro Malka Amar Ohana Gabay Hadad Rosenberg Ben-Ari Bar Bar-Lev Ben_Shimon Sasson Eliyahu Weiss Schwartz Sharon Segal Stern Baruch Ashkenazi Yosef Shalom Vaknin Golan Rabinovich Edri Tzur Oz",
    ),
    "armenian": _of(
        "Aram Armen Ani Gayane Tigran Anahit Hayk Narek Mariam Nare Davit Gor Levon Hovhannes Vartan Lusine Karine Sona Arpi Siranush Garo Hagop Raffi Ara Arshak Shushan Taline Nairi Sevan Artur Hasmik Vahe",
        "Sarkisian Petrosyan Hakobyan Grigoryan Harutyunyan Sargsyan Khachatryan Vardanyan Avetisyan Karapetyan Manukyan Mkrtchyan Ter-Petrosyan Gevorgyan Kardashian Bedrosian Keshishian Hagopian Balayan Simonyan Melkonian Boyajian Der_Boghossian Tumanyan Martirosyan Abrahamyan Najarian Kasparian",
    ),
    "central_asian": _of(
        "Nursultan Aigerim Bolat Dinara Alisher Gulnara Timur Madina Bekzat Aizhan Daniyar Saule Yerlan Zarina Rustam Shahnoza Jasur Nilufar Otabek Dilnoza Azamat Ainura Bakyt Cholpon Ulugbek Sardor Kamila Arman Assel Nurlan Gulmira Farrukh Bobur Sherali Mehriban Aybek Zhanna Askar",
        "Nazarbayev Tulegenov Akhmetov Suleimenov Kenzhebekov Zhumabayev Karimov Rakhimov Yusupov Umarov Mirziyoyev Abdullaev Ismoilov Nurmatov Saidov Rahmonov Alieva Kasymova Bekova Toktogulov Mamytov Asanov Usenov Berdimuhamedow Annayev Ergashev Tashkentov Kim Omarova Abenova",
    ),
    "mongolian": _of(
        "Batbayar Oyuna Bat-Erdene Temuulen Ganbold Enkhtuya Munkhbat Saruul Bolormaa Tuya Altan Otgonbayar Anu Nomin Gantulga Chuluun Sarnai Khulan Tsetseg Dorj Erdene Solongo",
        "Batbold Ganbaatar Dorj Enkhbayar Batmunkh Tsogt Erdene Sukhbaatar Gantömör Bayar Munkh Purev Damdin Lkhagva Otgon Baatar",
    ),
    "pakistani": _of(
        "Muhammad Ali Ahmed Hassan Usman Bilal Hamza Imran Asif Adnan Faisal Kamran Shahid Waqas Zain Omer Saad Junaid Nadeem Tariq Ayesha Fatima Zainab Maryam Hira Sana Amna Rabia Mahnoor Iqra Sadia Nida Saima Bushra Rukhsana Uzma Kiran Shazia Farhan Danish Shehzad Rizwan Arslan Fahad Noman",
        "Khan Ahmed Malik Hussain Butt Chaudhry Sheikh Qureshi Siddiqui Ansari Mirza Baig Raja Bhatti Iqbal Javed Abbasi Hashmi Afridi Khattak Awan Gondal Gilani Bukhari Shah Syed Rana Cheema Warraich Niazi Memon Lodhi Mughal Zaidi Rizvi Naqvi Durrani Yousafzai Bajwa Shaikh Mahmood Akhtar",
        2,
    ),
    "bangladeshi": _of(
        "Md Mohammad Rahim Karim Tanvir Rakib Sakib Imran Arif Nusrat Farhana Sumaiya Tasnim Sharmin Shakil Mahmud Jahangir Anisur Shafiq Rashed Sultana Nasrin Rokeya Taslima Mim Jannatul Fahim Rifat Nayeem Sohel Habib Jubayer Raisa Ishrat Sadia Moni Papia Kamrul",
        "Rahman Islam Hossain Ahmed Khan Akter Begum Chowdhury Uddin Miah Sarkar Alam Khatun Haque Hasan Talukdar Sikder Mondal Mia Bhuiyan Karim Kabir Majumder Sheikh Molla Howlader Das Roy Biswas Rashid Azad",
    ),
    "north_indian": _of(
        "Rahul Amit Sanjay Vijay Rajesh Suresh Deepak Anil Sunil Manoj Ravi Ashok Vikas Rohit Mohit Nitin Ankit Arjun Aarav Vivaan Priya Neha Pooja Anjali Sunita Anita Kavita Shreya Sneha Divya Nisha Ritu Aishwarya Swati Shikha Preeti Rakesh Mukesh Alok Abhishek Saurabh Gaurav Ananya Isha Diya Sita Radha Rekha Usha Asha",
        "Sharma Verma Gupta Singh Kumar Agarwal Mishra Pandey Tiwari Yadav Chauhan Jha Sinha Dubey Trivedi Saxena Srivastava Mathur Bansal Goel Jain Mittal Arora Kapoor Khanna Malhotra Mehra Chopra Bhatia Rawat Negi Rathore Shukla Tripathi Thakur Joshi Chaturvedi Dwivedi Kumari Lal Ram Prasad",
        2.5,
    ),
    "bengali_indian": _of(
        "Sourav Arnab Subrata Debashish Anirban Partha Sudipta Ritwik Soumya Tanmoy Moumita Sharmila Paromita Rituparna Madhumita Ananya Srijita Debjani Sutapa Indrani Arindam Abhijit Kaushik Prosenjit Swapan Shubhankar Mahua Tapas",
        "Mukherjee Banerjee Chatterjee Ghosh Das Bose Sen Dutta Chakraborty Bhattacharya Roy Sarkar Saha Pal Nandi Ganguly Mitra Guha Basu Dey De Majumdar Mondal Kundu Biswas Chowdhury Adhikari Paul",
    ),
    "gujarati_marathi": _of(
        "Jignesh Hardik Bhavesh Chirag Hitesh Ketan Mehul Nilesh Paresh Dhruv Bhavna Hetal Jignasha Komal Nidhi Payal Ganesh Sachin Prashant Mahesh Santosh Vaishali Aditi Rutuja Sayali Shubham Omkar Tejas Swapnil Mrunal Ketaki Sanika Rucha Kinjal Dhara Krupa",
        "Patel Shah Mehta Desai Joshi Kulkarni Deshmukh Patil Pawar Shinde More Jadhav Deshpande Gokhale Bhosale Gaikwad Chavan Trivedi Parikh Parmar Solanki Rathod Thakkar Amin Modi Bhatt Dave Kadam Sawant Naik Kamble Vora Sanghvi",
        1.5,
    ),
    "tamil": _of(
        "Karthik Senthil Murugan Venkatesh Subramaniam Arun Prakash Vignesh Saravanan Balaji Muthu Selvam Dinesh Ganesan Ramesh Lakshmi Meena Kavitha Priya Deepa Revathi Sangeetha Vidya Anitha Malar Thenmozhi Yazhini Ezhil Anbu Kumaran Shanmugam Nithya Abirami Gayathri Bhuvana Mani Palani Raghavan",
        "Subramanian Krishnan Venkataraman Raghunathan Iyer Iyengar Murugan Pillai Natarajan Sundaram Rajan Ramasamy Palaniswami Chidambaram Annamalai Kumar Selvaraj Arumugam Narayanan Sivakumar Thangavel Rajendran Nadar Mudaliar Gounder Swaminathan Ganapathy Sivaraman Ramanathan S R K",
        1.3,
    ),
    "telugu_kannada": _of(
        "Srinivas Venkat Ravi Krishna Sai Naga Ramana Prasad Chaitanya Pavan Harsha Mahesh Kiran Lakshmi Padma Swathi Sravani Anusha Sirisha Haritha Bhavani Aruna Vijaya Raju Basavaraj Manjunath Girish Raghavendra Shivakumar Sushma Chandana Siddharth Nagarjuna Suresh",
        "Reddy Rao Naidu Chowdary Raju Varma Sastry Murthy Gowda Hegde Shetty Kamath Bhat Shenoy Kondapalli Yerramsetti Chintalapudi Gudipati Nallamothu Vemuri Pothineni Akkineni Konidela Patil Hiremath Nayak Acharya Mallya Achar Penmetsa Katragadda",
        1.3,
    ),
    "malayali": _of(
        "Anoop Sreejith Biju Shaji Jijo Thomas Mathew Varghese Sreekumar Vishnu Ajith Rajeev Sunil Jose Lijo Anju Sreelakshmi Remya Bindu Soumya Reshma Athira Parvathy Divya Mini Shyni Asha Ammu Anil Unni Fasil Nazriya Dulquer Aparna Tessy Lissy Jincy",
        "Nair Menon Pillai Kurian Varghese Thomas Mathew Joseph Cherian Jacob Chacko Kutty Panicker Namboothiri Warrier Kurup Nambiar Thampi George Philip Abraham Koshy Oommen Eapen Zachariah Paul John Haneef Kunju Sebastian",
    ),
    "punjabi": _of(
        "Harpreet Gurpreet Manpreet Jaspreet Simran Balwinder Kulwinder Sukhwinder Amandeep Navdeep Rajinder Jasmeet Gurdeep Parminder Ranjit Inderjit Satnam Baljit Arshdeep Jagdeep Karamjit Prabhjot Rupinder Surinder Amrit Navjot Jaswant Mohinder Lovepreet Ravneet Tejinder Harjit",
        "Singh Kaur Gill Sidhu Dhillon Sandhu Grewal Brar Dhaliwal Bains Atwal Sekhon Mann Bhullar Randhawa Johal Cheema Aulakh Deol Pannu Toor Virk Hundal Sahota Kang Bedi Sodhi Ahluwalia Sethi Chahal Uppal Bhangu Gosal Mander",
        1.5,
    ),
    "nepali": _of(
        "Bishal Sita Ram Hari Prakash Suman Sunita Anil Bikash Rajan Sabina Kabita Deepa Nabin Dipendra Sarita Manisha Pemba Dawa Tenzing Pasang Ang Nima Lhakpa Santosh Binod Puja Kamal Gita Roshan Aakash Sushila Bipin Asmita",
        "Shrestha Thapa Gurung Tamang Rai Magar Sherpa Karki Adhikari Bhandari Poudel Khadka Basnet Maharjan Limbu KC Acharya Ghimire Neupane Pandey Joshi Lama Chhetri Bista Dahal Koirala Regmi Oli Pradhan Subedi Tuladhar Bhattarai",
    ),
    "sri_lankan": _of(
        "Nimal Kumari Chaminda Dilshan Kasun Nuwan Lahiru Sanduni Dilini Thilini Chathura Ruwan Sachini Upul Mahela Kumar Sanath Lasith Ishara Nadeesha Amila Harsha Priyantha Chandrika Anura Gayan Hasini Piumi Malith Thanuja Sivakumar Tharshini Kavindu Dinuka",
        "Perera Fernando Silva De_Silva Jayawardena Rajapaksa Wickramasinghe Bandara Dissanayake Gunawardena Herath Jayasuriya Karunaratne Liyanage Mendis Ranasinghe Senanayake Wijesinghe Weerasinghe Kumarasinghe Ekanayake Sivalingam Selvanayagam Amarasinghe Rathnayake Samaraweera Gamage Abeysekera Malinga Pathirana",
    ),
    "thai": _of(
        "Somchai Siriporn Nattapong Kanya Malee Anong Prasert Somsak Kittisak Wichai Suda Pim Ploy Nok Lek Noi Chaiwat Thanawat Apinya Waraporn Supaporn Jirawat Pornthip Kamol Narong Arthit Pattama Sunisa Chanida Tawan Beam Mint Fah Pranee Rattana Vichit Thaksin Yingluck",
        "Chaiyaporn Srisuk Thongchai Wongsakul Saetang Saelim Charoensuk Suksawat Boonmee Phromma Rattanakosin Jaidee Suwannarat Kittikhun Chaiyasit Panyarachun Shinawatra Vejjajiva Srisai Kaewmanee Thongdee Intharat Phongphan Sukhumvit Prasertsuk Siriwat Techapaibul Nakpradit Saengchan",
    ),
    "vietnamese": _of(
        "Anh Minh Linh Huong Thao Trang Hung Dung Tuan Nam Lan Hoa Mai Phuong Thuy Ngoc Hanh Hai Long Duc Quang Khanh Vy Tien Bao Phuc Thanh Nga Ha Son Khoa Trung Tam Hien Nhi Quynh My Binh Cuong Hieu Dat Giang Loan Oanh Xuan Yen Tú Hạnh Đức Thảo Hương",
        "Nguyen Tran Le Pham Hoang Huynh Vo Vu Phan Dang Bui Do Ho Ngo Duong Ly Dinh Truong Trinh Doan Cao Mai To Luu Ta Thai Lam Quach Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Võ",
        2,
        "viet",
    ),
    "indonesian": _of(
        "Budi Siti Agus Dewi Rizky Putri Andi Sri Wahyu Ayu Dian Eko Fitri Hendra Indah Joko Kartika Lestari Made Wayan Ketut Nyoman Nur Rina Rini Slamet Sukarno Suharto Tri Yudi Yusuf Bayu Fajar Galih Ratna Wulan Intan Dimas Reza Ahmad Muhammad Aditya Bambang Susi Yanti Tuti",
        "Santoso Wijaya Setiawan Hidayat Saputra Pratama Kusuma Wibowo Nugroho Siregar Nasution Simanjuntak Sitompul Hutapea Lubis Harahap Gunawan Susanto Hartono Suryadi Rahman Purnomo Utami Lestari Permana Halim Tanoto Salim Situmorang Panjaitan Sihombing Maulana Wulandari Yulianto",
    ),
    "malay": _of(
        "Ahmad Muhammad Mohd Nur Siti Aisyah Nurul Azman Azlan Faizal Hafiz Hakim Izzat Amirul Syafiq Farah Hidayah Izzah Zulkifli Rosli Razak Zainal Norhayati Noraini Kamariah Shahrul Fatin Alya Danial Irfan Haziq Rosnah Salmah Khairul Nazri Wan Nik Tengku",
        "bin_Abdullah binti_Ahmad bin_Ismail Abdul_Rahman Ibrahim Hassan Othman Yusof Mohamad Zakaria Ismail Hamid Aziz Salleh Razak Mahathir Daud Osman Jaafar Bakar Sulaiman bin_Mohamed binti_Ismail Kassim Rashid Mansor Ramli Talib Idris Omar",
    ),
    "filipino": _of(
        "Maria Jose Juan Mark Michael John_Paul Angelica Jennifer Mary_Grace Jomar Rodel Arnel Rowena Maricel Jerome Kristine Princess Angel Jasmine Bong Jun Boy Ligaya Bayani Liwayway Dalisay Cherry_Mae Rhea Jayson Rommel Edgardo Rosalinda Lovely Precious Aileen Jericho Christian Mary_Ann Jhon Kyla Divina",
        "Santos Reyes Cruz Bautista Dela_Cruz Garcia Mendoza Ramos Gonzales Aquino Villanueva Del_Rosario Castillo Flores Pascual Mercado Salazar Manalo Dimaculangan Magsaysay Macapagal Panganiban Dizon Tolentino Navarro Aguilar Domingo Soriano Valdez De_Guzman Catacutan Lim Tan Sy Ty Go Co Uy Dy Batungbacal Dimaano Katigbak Lacson Agbayani Salonga",
        1.5,
    ),
    "mandarin": _of(
        "Wei Fang Min Jing Qiang Lei Yang Jie Tao Chao Xiaoming Haoran Zihan Yuxuan Meiling Xiulan Guowei Jianguo Zhiwei Mei Ling Hui Yan Ying Ping Hong Bo Jun Feng Lan Xin Yuhan Zixuan Yichen Xinyi Ruoxi Jiahui Xiaohong Jianhua Guoqiang Yifan Siyu Tianyi Xue Na Dan Yu Peng Kai Bin Hao Lili Tingting Yuanyuan Xiaoyan Zhen Chunhua Dongmei Weiwei Xi",
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Tang Deng Feng Han Cao Zeng Peng Xiao Cai Pan Tian Dong Yuan Yu Du Ye Cheng Wei Su Lu Ding Jiang Shen Fan Fu Cui Lü Zhong Tan Wan Qiu Xue Yan Qin Shi Hou Shao Meng Long Bai Ouyang Sima Jin Qi Yi Mo An Xi",
        2.5,
        "chinese",
    ),
    "cantonese": _of(
        "Wing-Yan Ka-Ming Siu-Ming Kwok-Wai Hoi-Yan Chi-Keung Wai-Man Ka-Yan Tsz-Kin Mei-Ling Siu-Fong Kam-Wing Lai-Ping Yuk-Ling Hin-Lam Chun-Yin Sze-Wan Man-Kit Pui-Shan Suk-Yin Ho-Yin Lok-Yi Tin-Yau Yan-Yan Hok-Man Cheuk-Ying Wing-Kei Chung-Yin Kit-Ling Shuk-Han Kin-Man Ming Fai Keung",
        "Chan Cheung Wong Leung Lau Ng Kwok Yip Tse Ho Lam Chow Kwan Mak Tang Cheng Fung Lo Yeung Yuen Poon Law Tam Hui Choi Chung Siu Au Yiu Chiu Lui So Tsang Ip Kwong Tong Mok Sze Au-Yeung Szeto Ko Fong Hung Pang Lee Li Ma",
        1.3,
        "chinese",
    ),
    "hokkien_taiwanese": _of(
        "Chia-Hao Yi-Fan Mei-Hui Chih-Ming Shu-Fen Hsiao-Wei Ya-Ting Chun-Chieh Yu-Ting Wei-Chen Hui-Ju Li-Hua Jia-Yi Pei-Shan Cheng-Han Hsin-Yi Po-Han Tzu-Ching Boon_Keng Kah_Wai Siew_Ling Swee_Lian Eng_Hock Chee_Keong Bee_Lian Geok_Choo Hui_Min Jia_Wei Kok_Leong Soon_Huat Ah_Kow Yew_Meng Mei_Fong Hock_Seng",
        "Tan Lim Ong Ng Goh Koh Teo Chua Tay Yeo Low Toh Sim Ang Seah Quek Khoo Ooi Teoh Cheah Lin Chen Huang Chang Hsieh Hsu Tsai Yeh Chiang Chiu Liao Kuo Tseng Hung Lai Hsiao Chuang Wee Neo Chng Heng Kwek Phua Loh Foo Chong Foong Yap Chin Soh Pua Tiong",
        1.3,
        "chinese",
    ),
    "korean": _of(
        "Ji-woo Min-jun Seo-yeon Ha-eun Ji-hoon Min-seo Soo-jin Hyun-woo Dong-hyun Eun-ji Yu-na Ji-yeon Sung-min Tae-yang Kyung-soo Hye-jin Jae-hyun Seung-ho Mi-sook Young-ja Woo-jin Da-eun Chae-won Ye-jin Sang-woo Jung-kook Min-ho Kwang-su Yoon-ah Hae-won Sun-hee Jin-young Ki-tae Bo-young So-hee In-sung Myung-hee Chan-ho Eun-kyung Young-soo Joon Sora Minji Haneul",
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Yoo Hong Bae Noh Ryu Im Yang Son Baek Heo Nam Shim Ha Jeon Chung Moon Ko Cha Joo Woo Min Jin Na Yu Ji Won Bang Gil Yi Rhee Pak So Chae Chun Byun",
        1.5,
        "korean",
    ),
    "japanese": _of(
        "Haruto Yuki Sakura Hiroshi Takashi Kenji Yuto Sota Ren Aoi Hina Yui Mei Rin Akira Satoshi Kazuki Daiki Shota Naoki Ryo Taro Ichiro Jiro Yoko Keiko Yumi Naomi Emi Mariko Tomoko Haruka Misaki Nanami Ayumi Kaori Hanako Makoto Jun Shin Yusuke Tetsuya Hideo Masaru Koji Yoshiko Fumiko Shigeru Takumi Kenta Riku Asuka Miho Chihiro",
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi Matsumoto Inoue Kimura Hayashi Saito Shimizu Yamazaki Mori Abe Ikeda Hashimoto Ishikawa Ogawa Maeda Fujita Okada Goto Hasegawa Murakami Kondo Ishii Sakamoto Endo Aoki Fujii Nishimura Fukuda Ota Miura Fujiwara Okamoto Matsuda Nakajima Ueda Hara Ono Tamura Takeuchi Kaneko Wada Nakayama Ishida Oda Ando Kudo Iwasaki Oe Ii",
        1.5,
    ),
    "burmese_khmer_lao": _of(
        "Aung Kyaw Zaw Thida Su Hla Min Thant Khin Nilar Moe Ei Phyo Wai Yan Htun Sokha Sopheap Dara Chanthy Rith Bopha Vanna Srey Pich Kosal Bounmy Khamla Noy Somphone Vieng Sengdao Phonesavanh Thiri Nyein",
        "Aung Win Htun Naing Oo Kyi Myint Soe Thein Lwin Zaw Maung Tun Chea Sok Chan Heng Keo Kim Sim Ly Meas Prak Phommachanh Sisavath Vongsa Souvannavong Inthavong Xiong Vang Yang Her Thao Lor Moua Chhim Ung Hun",
    ),
    "polynesian": _of(
        "Leilani Kalani Keoni Makoa Tane Wiremu Aroha Hinemoa Sione Mele Tevita Ana Losa Fetu Malia Sina Tui Lupe Semisi Viliami Salote Tavita Pania Rangi Mana Anahera Moana Kahu Hemi Tama Kiri Nikau Manaia Ofa Lavinia Alofa Kaipo Noelani Nalani Kekoa Litia Ratu Mereoni Waisale",
        "Kahananui Kealoha Tamatea Ngata Parata Tuhoe Henare Te_Kanawa Te_Rangi Tonga Fifita Taufa Vunipola Tuilagi Leota Faleolo Tuipulotu Mahuta Ngatai Tui_Vea Kamaka Akana Kalua Kapule Kaawa Pohiva Latu Fonua Naufahu Waititi Tau Paki Tawhiri Ropata Koroi Vakatawa Seru Fa'asavalu",
    ),
    "native_american": _of(
        "Nayeli Winona Dakota Cheyenne Tallulah Aiyana Kaya Chayton Takoda Ahanu Elu Nizhoni Yazzie Shilah Wyanet Koda Mika Sequoia Hok'ee Tahoma Aponi Kachina Dyani Orenda Waya Atsila Raven Sage Ty Shania",
        "Begay Yazzie Tsosie Benally Nez Tso Chee Manuelito Begaye Bitsilly Whitehorse Littlefeather Redcloud Red_Cloud Standing_Bear Two_Bulls Black_Elk Running_Deer Mankiller Swimmer Tallchief Little_Wolf Locklear Oxendine Deerinwater Yellowhair Many_Goats Thunderhawk Iron_Shell Whiteman Crow_Dog Lonetree",
    ),
    "quechua_maya": _of(
        "Itzel Citlali Xochitl Tupac Nayra Wayra Illari Killa Inti Amaru Sumaq Ixchel Balam Yatziri Cuauhtémoc Tonatiuh Nelson Wilmer Edwin Yoselin Milagros Rosmery Yessica Elmer Efraín Juana Tomasa Quetzalli Tenoch Yolotl",
        "Huaman Quispe Mamani Condori Yupanqui Choque Ccori Apaza Flores Huanca Tzoc Caal Pop Choc Ixcoy Tum Cux Menchú Chavajay Canul Pech Dzul Ku Chi Uc May Poot Cauich Xol Ajanel Ramos Colque Chambi Ticona",
    ),
    "african_american": _of(
        "DeShawn LaToya Jamal Keisha Tyrone Aaliyah Malik Imani Darnell Tamika Marquis Shanice Terrell Latasha Kiara Darius Ebony Jasmine Kenya Andre Tanisha Lamar Shaniqua D'Andre Quinton Nia Trayvon Monique LaQuan Precious Deja Tyrell Raheem Kareem Jalen Kendrick Tremaine Aniyah Zaria Ja'Marcus De'Quan Destiny Diamond Jada Kobe LeBron Xavier Cedric Demetrius Tanika Yolanda Latrice Devonte Javon Kanye Beyonce",
        "Washington Jefferson Jackson Williams Johnson Brown Jones Davis Robinson Harris Banks Booker Gaines Dorsey Mosley Charles Joseph Rivers Pierre Hampton Branch Grant Coleman Glover Simmons Freeman Hawkins Byrd Mays Singleton Battle Sims Bynum Broadnax Toussaint Batiste Muhammad Gadsden Pinckney",
        3,
    ),
    "caribbean": _of(
        "Shaquille Usain Winston Desmond Marlon Delroy Leroy Courtney Tricia Camille Kerry-Ann Shelly-Ann Garfield Oneil Shanique Tameka Rohan Anil Kamla Ravi Jean-Baptiste Marie-Claire Wideline Fabiola Stanley Wyclef Roseline Ketsia Guerline Jhonny Yvrose Emmanuel Lesly",
        "Campbell Brown Williams Bolt Marley Gordon Grant Reid Clarke Morgan Pierre Jean-Baptiste Joseph Louis Charles Toussaint Duvalier Jean-Louis Desir Dorval Celestin Ramnarine Persad Mohammed Maharaj Baptiste Alexis Noel Ramdin Ramsaran Singh Garvey Blake McKenzie Fraser-Pryce Saint-Fleur Etienne",
    ),
    "hispanic": _of(
        "José Luis Juan Carlos Jorge Miguel Jesús Francisco Alejandro Antonio María Guadalupe Rosa Ana Carmen Juana Margarita Verónica Leticia Yolanda Sofía Valentina Camila Isabella Ximena Diego Santiago Mateo Sebastián Emiliano Daniel Ángel Javier Raúl Sergio Fernando Eduardo Ricardo Héctor Alma Esperanza Dolores Consuelo Araceli Lourdes Mónica Adriana Gabriela Beatriz Lucía Marisol Yesenia Jazmín Brayan Kevin Yuliana Ramón Rubén Óscar Andrés Íñigo Iván César Julio Xavier Ignacio Nacho Pilar Inés",
        "Hernández García Martínez López González Rodríguez Pérez Sánchez Ramírez Flores Gómez Torres Díaz Reyes Cruz Morales Ortiz Gutiérrez Chávez Ramos Ruiz Mendoza Álvarez Jiménez Castillo Vargas Romero Moreno Herrera Medina Aguilar Vásquez Castro Rivera Guzmán Fernández Muñoz Rojas Salazar Soto Contreras Delgado Peña Ríos Ortega Luna Silva Núñez Cabrera Campos Vega Carrillo Fuentes León Cárdenas Figueroa Acosta Ibáñez Zúñiga De_León De_la_Rosa De_la_Torre Del_Valle Quiñones Ybarra Paz Rey Coy",
        4,
        "hispanic",
    ),
    "cuban_dominican_puerto_rican": _of(
        "Yadier Yasiel Yoenis Orlando Yordan Wander Juan_Carlos Yunior Leydi Yudelkis Mayelin Yahaira Yaritza Bienvenido Altagracia Milagros Ramón Pedro Sammy Roberto Lisandra Dayana Osvaldo Luz Jadiel Nelson Wilfredo Carmelo Migdalia Iris Noel Edwin",
        "Rodríguez Pérez Martínez Santos Guerrero Peralta Polanco Encarnación De_los_Santos Batista Beltrán Colón Rivera Ortiz Vélez Santiago Nieves Maldonado Cintrón Báez Cepeda Familia Mejía Ozuna Puig Céspedes Abreu Valdés Betancourt Almonte Tatis Acevedo",
        1.5,
        "hispanic",
    ),
    "albanian": _of(
        "Arben Besnik Agim Blerim Dritan Ardian Luan Ilir Gent Mirjeta Albana Drita Valbona Shpresa Teuta Elira Ermal Genta Flutura Liridona Granit Xherdan Dua Rita Era Fatos Vjosa Blerta Edon Lulzim",
        "Hoxha Shehu Krasniqi Gashi Berisha Morina Shala Kelmendi Hasani Leka Dervishi Rama Prifti Gjoka Xhaka Shaqiri Lipa Thaçi Bajrami Rexhepi Osmani Kurti Basha Meta Gjika Zeka",
    ),
    "serbian_bosnian": _of(
        "Nikola Marko Stefan Miloš Dragan Zoran Goran Aleksandar Jovana Milica Ana Jelena Ivana Marija Snežana Vesna Emir Adnan Senad Amra Lejla Selma Edin Mirza Haris Dženan Aida Vuk Luka Slobodan Branka Ljiljana Dušan Dejan Bojan Saša Novak Đorđe",
        "Jovanović Petrović Nikolić Marković Đorđević Stojanović Ilić Stanković Pavlović Milošević Popović Hodžić Hadžić Begović Delić Ibrahimović Džeko Kovačević Simić Savić Tadić Vučić Đoković Jokić Dončić Mehmedović Halilović Mujić Obradović Lukić Babić",
    ),
    "celtic": _of(
        "Siobhan Niamh Aoife Ciara Saoirse Aisling Caoimhe Roisin Orla Grainne Eoin Cian Oisin Conor Padraig Seamus Declan Cormac Fionn Tadhg Darragh Ruairi Maeve Sinead Callum Hamish Ewan Fergus Angus Morag Isla Eilidh Iona Rhona Alasdair Dylan Rhys Gareth Owain Emrys Carys Bronwyn Angharad Sian Ffion Llewellyn Gwen Myfanwy Ieuan Cerys Aled Bethan Jowan Demelza Kerensa",
        "O'Brien O'Sullivan O'Connor O'Neill O'Reilly O'Donnell O'Leary Murphy Kelly Byrne Ryan Doyle McCarthy Gallagher Doherty Kennedy Lynch Quinn McDonald MacDonald McLeod MacLeod Campbell Stewart McKenzie Mackenzie Fraser MacGregor McIntosh McKay McTavish Buchanan Jones Davies Evans Llewellyn Griffiths Pugh Rees Bevan Vaughan ap_Rhys Gwynne Penhaligon Trelawney Pascoe Ní_Bhriain Mac_Giolla McGuinness McLaughlin MacNamara Fitzgerald Fitzpatrick McAdam Mcallister",
        2.5,
    ),
    "hungarian": _of(
        "László István József János Zoltán Sándor Gábor Ferenc Attila Péter Mária Erzsébet Katalin Ilona Éva Anna Zsuzsanna Ágnes Judit Andrea Dóra Réka Bence Máté Balázs Csaba Gergő Ádám Levente Boglárka Zsófia Tünde",
        "Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos Mészáros Oláh Simon Rácz Fekete Szilágyi Török Fehér Balázs Gál Kis Szűcs Orbán Kocsis Pintér Vörös Bíró Lukács Soós",
        0.7,
        "east_or_west",
    ),
    "icelandic": _of(
        "Jón Sigurður Guðmundur Gunnar Ólafur Einar Kristján Magnús Guðrún Anna Sigríður Kristín Margrét Helga Björk Sólveig Hildur Ásdís Þórunn Ragnar Bjarni Eiríkur Freyja Katla",
        "Jónsson Jónsdóttir Sigurðsson Sigurðardóttir Guðmundsdóttir Einarsson Magnússon Ólafsdóttir Gunnarsson Stefánsdóttir Kristjánsson Þórsson Helgadóttir Björnsson Haraldsdóttir Sveinsson",
        0.5,
    ),
    "greek": _of(
        "Giannis Kostas Eleni Despina Dimitris Stavros Ioanna Giorgos Maria Nikos Katerina Vasilis Sofia Panagiotis Christos Anastasia Athanasios Georgia Spiros Evangelia Thanos Vassiliki Alexandros Aggeliki Petros Konstantina Theodoros Chrysa Manolis Fotini Apostolos Ifigenia",
        "Papadopoulos Nikolaidis Georgiou Pappas Papadakis Ioannou Karagiannis Vlachos Dimitriou Oikonomou Angelopoulos Makris Antetokounmpo Konstantinidis Alexiou Kyriakou Christodoulou Panagopoulos Mitsotakis Stathopoulos Karras Tsipras Samaras Pappa Economou Theodorakis Hadjigeorgiou Zervas Kazan",
    ),
    "turkish": _of(
        "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Murat Emre Burak Can Cem Deniz Ozan Kerem Yusuf Fatma Ayşe Emine Hatice Zeynep Elif Merve Büşra Esra Selin Ebru Pınar Gülşen Özlem Şule Çağla Tuğba Serkan Volkan Onur Barış Ege Umut Tolga Gökhan Nur Aslı Ece",
        "Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Erdoğan Güneş Aksoy Bulut Güler Yavuz Keskin Bozkurt Avcı Tekin Acar Türk Er Ak Uçar Toprak",
    ),
    "polish": _of(
        "Jakub Jan Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Łukasz Grzegorz Wojciech Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Joanna Aleksandra Zuzanna Julia Oliwia Kacper Szymon Filip Bartosz Zbigniew Jadwiga Bożena Dorota Halina Iwona Mateusz Sławomir",
        "Nowak Kowalski Kowalska Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Lewandowska Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowska Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Sikora Brzęczyszczykiewicz Szczepański",
    ),
    "lusophone": _of(
        "Maria João Ana José Carlos Paulo Pedro Lucas Gabriel Rafael Mateus Gustavo Felipe Thiago Bruno Rodrigo Juliana Fernanda Patrícia Aline Camila Letícia Beatriz Larissa Mariana Inês Tiago Rui Nuno Diogo Gonçalo Leonor Matilde Conceição Fátima Wellington Washington Jéssica Vitória Cauã Ronaldo Neymar Vinícius Edson Raimundo Francisca",
        "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques Machado Mendes Freitas Cardoso Ramos Gonçalves Santana Teixeira Araújo da_Silva dos_Santos de_Oliveira da_Costa do_Nascimento de_Souza Sá Couto Pinto Sousa Medeiros",
        2,
        "hispanic",
    ),
}

NICKNAMES = words(
    "Liz Lizzie Beth Betty Bob Bobby Rob Robbie Mo Katie Kate Kat Kathy Sasha Pepe Paco Nacho Lupe Chuy Beto Nando Memo Toño Kike Mike Mikey Mick Micky Jim Jimmy Jamie Bill Billy Will Liam Dick Rick Ricky Tom Tommy Tony Toni Dan Danny Dave Davey Ed Eddie Ted Teddy Ned Al Alex Andy Drew Ben Benny Benji Charlie Chuck Chris Christy Fred Freddy Greg Hank Harry Jack Jackie Jake Jen Jenny Jess Jessie Joe Joey Jon Josh Ken Kenny Larry Len Lenny Lou Louie Maggie Meg Peggy Matt Max Mandy Nate Nick Nicky Nancy Pam Pat Patty Trish Pete Phil Ray Ron Ronnie Sam Sammy Steve Stevie Sue Susie Terri Tim Timmy Tina Val Vicky Vince Walt Zach Zoe Abby Allie Angie Becky Cathy Cindy Debbie Deb Dot Ellie Ella Fran Gabby Gina Ginny Gus Izzy Jo Josie Kim Kit Lexi Libby Mimi Minnie Missy Mel Molly Nan Polly Sally Sandy Shelly Tess Tilly Trudy Wendy Dasha Masha Misha Vanya Kolya Vova Dima Olya Katya Natasha Tanya Anya Zhenya Yura Lyosha Gosia Kasia Basia Ania Tomek Jacek Staś Uli Heinz Jupp Hansi Franzi Resi Seppi Gigi Beppe Pippo Lele Chicho Chema Kiko Quique Charo Concha Lola Maite Begoña Pili Moncho Xavi Jordi Zé Chico Tonho Didi Dudu Lulu Cacá Guga Ricky Momo Lolo Nono Titi Fifi Coco Bibi Jojo Ste Daz Gaz Baz Shaz Trev Kev Nige Bazza Shazza Dazza Robbo Jonno Macca Johnno Sanj Raj Jaz Harp Gurp Manny Ash Nish Vish Abs Moe Sid Siddu Chintu Pinky Bunty Guddu Dolly Bablu Rinku Hammy Zee Saz Fatty Yaz Naz Baha Mehmetcan Bora Efe Bubba Junior Trey Skip Buddy Sonny Cookie DJ AJ TJ CJ JJ PJ RJ MJ KJ JP JD JT BJ"
)
SHORT_SURNAMES = words(
    "Ng Wu Li Im So Oh Ty Vu Do Le Ho Hu Yu Xu Lu Ma Fu Du He An Bo Ko Ki Na No Sa Si Su Ta To Tu Ye Yi Xi Qi Mo Lo La Ha Go Ge Fa Co Uy Dy Sy Au Ip Eu Oe Oz Er Ek Ba Ly Sy Ey Ra Re Ro Cu Uc Ku Bi Bu Vo Ng'o Dy Ou Ao"
)
PARTICLES = words(
    "de van von da de_la van_der van_den van_de del bin al el di ter den der dos das du le la zu von_der della dello d' ben ibn abu bint binti av zur vom St. Mac de_los de_las ten op_den af von_und_zu dela"
)
MAC_STEMS = words(
    "Donald Carthy Intyre Kenzie Leod Gregor Allister Bride Cormick Dermott Dougall Duff Evoy Fadden Garry Gill Grath Guire Hugh Innes Iver Kay Kee Kinley Kinnon Lachlan Laren Laughlin Lean Mahon Manus Millan Nab Namara Neil Nulty Phail Pherson Quaid Queen Rae Shane Sweeney Tavish Vicar Whirter"
)
IRISH_STEMS = words(
    "Brien Connor Neill Sullivan Reilly Donnell Leary Hara Keefe Malley Toole Grady Shea Dwyer Rourke Callaghan Flaherty Mahony Gorman Hanlon Kane Boyle Byrne Dowd Driscoll Farrell Halloran Hagan Loughlin Meara Regan Riordan Rafferty Casey"
)
